{'name': 'Socket.IO: handlers in Python for its benchmark', 'installable': False}
