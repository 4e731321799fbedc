# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from ..common.tree_arch import to_tree


def to_series(arch):
    """Return views as this series writes them."""
    return to_tree(arch)
