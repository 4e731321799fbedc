{'name': 'Socket.IO: handlers in Python for its chaos suite', 'installable': False}
