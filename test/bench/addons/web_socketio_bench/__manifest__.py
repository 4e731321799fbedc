{'name': 'Socket.IO: handlers for its benchmark', 'installable': False}
