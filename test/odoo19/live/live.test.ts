import { afterAll, beforeAll, describe } from 'vitest';
import { showLogOfFailures } from '../../support/process/failure-log.ts';
import { series } from '../../support/series/series.ts';
import { formCases } from './forms.ts';
import { kanbanCases } from './kanbans.ts';
import { listCases } from './lists.ts';
import { LiveStage } from './live-stage.ts';
import { outageCases } from './outages.ts';
import { pictureCases } from './pictures.ts';
import { rightsCases } from './rights.ts';

let stage: LiveStage;

beforeAll(async () => {
  stage = await LiveStage.start();
});
afterAll(() => stage?.stop());

showLogOfFailures(series.name, () => stage.stack.odoo.server);
showLogOfFailures('The sidecar', () => stage.stack.sidecar);

describe('Lists', () => listCases(() => stage));
describe('Kanbans', () => kanbanCases(() => stage));
describe('Forms', () => formCases(() => stage));
describe('Rights', () => rightsCases(() => stage));
describe('Outages', () => outageCases(() => stage));
describe('Pictures', () => pictureCases(() => stage));
