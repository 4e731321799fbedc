# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


def to_series(arch):
    """Return views as this series writes them, which is how they are in the file."""
    return arch
