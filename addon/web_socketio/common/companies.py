# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The companies that a page works in, which the web client has and Odoo's session has not."""
import re

_COOKIE = re.compile(r'^[0-9]{1,9}(?:[-,][0-9]{1,9})*\Z')
KEY = 'allowed_company_ids'


def choose(company_ids, cookie, own):
    """Return the companies of a page, its main one first, or an empty list if it does not say.

    :param company_ids: what the page sent, anything
    :param cookie: the value of the web client's cookie `cids`, such as `1-2` or `1,2`
    :param own: ids of the companies of its user, which nobody gets out of
    """
    if not isinstance(company_ids, list):
        company_ids = [int(one) for one in re.split('[-,]', cookie)] if _COOKIE.match(cookie or '') else []
    chosen = []
    for one in company_ids:
        if isinstance(one, int) and one in own and one not in chosen:
            chosen.append(one)
    return chosen


def cut(context, own):
    """Return a context without companies that its user does not have, or not any more."""
    if KEY not in context:
        return context
    left = choose(context[KEY], None, own)
    return dict(context, **{KEY: left}) if left else {key: value for key, value in context.items() if key != KEY}
