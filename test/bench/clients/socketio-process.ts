import { runPages } from './run-pages.ts';
import { SOCKET_IO } from './socketio.ts';

runPages(SOCKET_IO);
