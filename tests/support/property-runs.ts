import fc from 'fast-check';

/*
 * Imported for its effect by every file with property tests: `npm run test:long` searches a hundred times as many cases
 * with the same properties.
 */
if (process.env['HEARTH_TEST_SCALE'] === 'long') fc.configureGlobal({ numRuns: 10_000 });
