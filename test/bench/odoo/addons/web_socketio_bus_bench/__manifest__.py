{'name': "Socket.IO: a writer for the benchmark of Odoo's bus", 'installable': False}
