from openerp.addons.web_longpolling.namespace import LongPollingNameSpace
from openerp.addons.web_socketio.session import AbstractAdapter


class PartnerAdapter(AbstractAdapter):
    channel = 'partner'


@LongPollingNameSpace.on('partner', adapterClass=PartnerAdapter, eventtype='connect')
def tell_everybody(session):
    while True:
        changes = session.listen()
        session.validate(True)
        for change in changes:
            session.broadcast_event('partner changed', change)
