// Shared by the two scripts: runs named checks one after the other, prints a line for each, exits 1 if one failed.
const assert = require('node:assert');

exports.run = async (checks) => {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log('ok ' + name);
    } catch (error) {
      failed++;
      console.log('FAILED ' + name + ': ' + (error.stack || error));
    }
  }
  process.exit(failed ? 1 : 0);
};

exports.equal = assert.deepStrictEqual;

exports.rejects = async (promise, code) => {
  try {
    await promise;
  } catch (error) {
    const told = [error.code, error.name].join(' ');
    assert.ok(told.includes(code), 'expected ' + code + ', told: ' + told + ' ' + error.message);
    return error;
  }
  assert.fail('expected ' + code + ', but it succeeded');
};
