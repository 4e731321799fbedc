{'name': 'Socket.IO: handlers for its limits', 'installable': False}
