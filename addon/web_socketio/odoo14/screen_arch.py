# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

from ..common.tree_arch import to_tree

CONDITION = re.compile(r'invisible="(\w+) (==|!=) ([^"]+)"')


def to_series(arch):
    """Return views as this series writes them: before 17.0 conditions are domains."""
    return CONDITION.sub(
        lambda match: '''attrs="{'invisible': [('%s', '%s', %s)]}"''' % (
            match.group(1), '=' if match.group(2) == '==' else '!=', match.group(3),
        ), to_tree(arch),
    )
