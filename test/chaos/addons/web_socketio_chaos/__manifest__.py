{'name': 'Socket.IO: handlers for its chaos suite', 'installable': False}
