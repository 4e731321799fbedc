# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
from odoo import http
from odoo.addons.web_socketio.common.route import BUS
from odoo.addons.web_socketio.odoo16.raw_route import RAW, answer_raw

from . import ask, answering


class WebSocketIOBus(http.Controller):

    @http.route(BUS, **RAW)
    def bus(self, **_params):
        """Do for many sockets of browsers, whom the sidecar serves, what Odoo's evented worker would do: for the sidecar.

        The body is JSON of `{"asks": [...]}`, each with the `kind`, the `cookie`, some `headers`, `first`, `uid` and `session` of
        a socket, and perhaps a `credential`. "subscribe" comes with `channels`, `last` and `token`, "event" with
        `event_name` and `data`, "closed" with nothing more.

        The answer is `{"facts": {...}, "answers": [...]}`: `{uid, session, channels, last}` with a `token` for a subscription,
        `{}` for others, or `{"refused": why}`: "expired", "locked", "database" (of another one, `db`), "invalid" with a
        `message`, or "failed". Status 500 says that nothing was carried out.
        """
        return answer_raw(answering.answer, ask.read)
