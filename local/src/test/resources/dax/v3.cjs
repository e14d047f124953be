// @amazon-dax-sdk/lib-dax 3.1.0, the DAX document client in the manner of AWS SDK for JavaScript v3.
const {DaxDocument} = require('@amazon-dax-sdk/lib-dax');
const {run, equal, rejects} = require('./checks.cjs');

const client = new DaxDocument({
  endpoints: [process.argv[2]],
  region: 'us-east-1',
  credentials: {accessKeyId: 'AKIDTEST', secretAccessKey: 'secret/of+the=test'},
});
const id = 'node-v3';
const document = {id, text: 'ä😀', n: -12.5, flag: true, none: null, list: [1, {deep: 'x'}, 3], map: {a: {b: [10, 11]}}};

run({
  put: () => client.put({TableName: 'Sessions', Item: document}),
  get: async () => equal((await client.get({TableName: 'Sessions', Key: {id}})).Item, document),
  projection: async () =>
    equal((await client.get({TableName: 'Sessions', Key: {id}, ProjectionExpression: 'map.a.b[1], list[1].deep'})).Item,
      {map: {a: {b: [11]}}, list: [{deep: 'x'}]}),
  update: async () =>
    equal((await client.update({
      TableName: 'Sessions', Key: {id}, UpdateExpression: 'SET n = n + :one REMOVE flag',
      ExpressionAttributeValues: {':one': 1}, ReturnValues: 'ALL_NEW',
    })).Attributes.n, -11.5),
  condition: () => rejects(client.put({
    TableName: 'Sessions', Item: {id}, ConditionExpression: 'attribute_not_exists(id)',
  }), 'ConditionalCheckFailedException'),
  orders: async () => {
    for (const orderId of [3, -1, 2.5]) {
      await client.put({TableName: 'Orders', Item: {customerId: id, orderId}});
    }
    const found = await client.query({
      TableName: 'Orders', KeyConditionExpression: 'customerId = :c', ExpressionAttributeValues: {':c': id}, Limit: 2,
    });
    equal(found.Items.map((item) => item.orderId), [-1, 2.5]);
    equal(found.LastEvaluatedKey, {customerId: id, orderId: 2.5});
  },
  batch: async () => {
    await client.batchWrite({RequestItems: {Sessions: [
      {PutRequest: {Item: {id: id + 1, v: 1}}}, {PutRequest: {Item: {id: id + 2, v: 2}}}]}});
    const read = await client.batchGet({RequestItems: {Sessions: {Keys: [{id: id + 1}, {id: id + 2}]}}});
    equal(read.Responses.Sessions.map((item) => item.v).sort(), [1, 2]);
  },
  transaction: async () => {
    await client.transactWrite({TransactItems: [{Put: {TableName: 'Sessions', Item: {id: id + 3, v: 3}}}]});
    const read = await client.transactGet({TransactItems: [{Get: {TableName: 'Sessions', Key: {id: id + 3}}}]});
    equal(read.Responses[0].Item, {id: id + 3, v: 3});
  },
  noTable: () => rejects(client.get({TableName: 'Nowhere', Key: {id}}), 'ResourceNotFoundException'),
});
