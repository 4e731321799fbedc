import { CENTRIFUGO } from './centrifugo.ts';
import { runPages } from './run-pages.ts';

runPages(CENTRIFUGO);
