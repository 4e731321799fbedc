import { expect, it } from 'vitest';
import { companiesOf } from '../../../addon/web_socketio/src/companies.ts';

it('The companies of a page are what its web client says, in its order', () => {
  expect(companiesOf({ lang: 'en_US', allowed_company_ids: [2, 1] })).toEqual({ company_ids: [2, 1] });
});

it.each([undefined, null, 'text', {}, { allowed_company_ids: [] }, { allowed_company_ids: [1, null] }])(
  'Nothing is told of companies that the web client does not know: %j',
  (context) => {
    expect(companiesOf(context)).toEqual({});
  },
);
