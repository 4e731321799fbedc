# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

from ..common.tree_arch import to_tree
from ..series import MAJOR

CONDITION = re.compile(r'invisible="(\w+) (==|!=) ([^"]+)"')
QUESTION = re.compile(r'name="(action_\w+)"([^>]*?)\s+confirm="([^"]*)"')


def to_series(arch):
    """Return views as this series writes them: before 17.0 conditions are domains.

    Lists and cards of 14.0 know no `confirm`: their buttons call `ask` instead.
    """
    if MAJOR < 16:
        arch = QUESTION.sub(
            r'''name="ask"\2 context="{'web_socketio_method': '\1', 'web_socketio_text': '\3'}"''', arch,
        )
    return CONDITION.sub(
        lambda match: '''attrs="{'invisible': [('%s', '%s', %s)]}"''' % (
            match.group(1), '=' if match.group(2) == '==' else '!=', match.group(3),
        ), to_tree(arch),
    )
