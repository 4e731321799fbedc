-- Odoo runs this in a copy that is to do no harm: its pages would go to the sidecar of the original, its handlers would
-- carry out what waits in the original, too, and its sessions, its sidecars and its Python workers are none of its own.
DELETE FROM ir_config_parameter WHERE key = 'web_socketio.url';
DELETE FROM web_socketio_message;
DELETE FROM web_socketio_session;
DELETE FROM web_socketio_worker;
DELETE FROM web_socketio_status;
