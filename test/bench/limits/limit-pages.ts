import { runPages } from '../clients/run-pages.ts';
import { SOCKET_IO_MANY } from '../clients/socketio.ts';

runPages(SOCKET_IO_MANY);
