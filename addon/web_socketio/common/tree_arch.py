# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import re

VIEW_MODE = re.compile(r'(<field name="view_mode">)list\b')
TAG = re.compile(r'(</?)list\b')
CARD = re.compile(r'<t t-name="card">(.*?)</t>(\s*</templates>)', re.DOTALL)


def to_tree(arch):
    """Return views of 18.0 as series before it write them: a list is a tree, and a card a box with a frame of its own."""
    arch = TAG.sub(r'\1tree', VIEW_MODE.sub(r'\1tree', arch))
    return CARD.sub(r'<t t-name="kanban-box"><div class="oe_kanban_details p-2">\1</div></t>\2', arch)
