# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)


def refuse(model, method):
    """Raise TypeError for `browse`: its records end with the transaction, which is over when the call returns."""
    if method == 'browse':
        raise TypeError(
            "model('%s').browse gives records, and they end with the call's transaction: use read, or write a method of the "
            'model that does all of it.' % model
        )
