// amazon-dax-client 1.2.10 under the DocumentClient of AWS SDK for JavaScript v2.
const AWS = require('aws-sdk');
const AmazonDaxClient = require('amazon-dax-client');
const {run, equal, rejects} = require('./checks.cjs');

const dax = new AmazonDaxClient({
  endpoints: [process.argv[2]],
  region: 'us-east-1',
  credentials: new AWS.Credentials('AKIDTEST', 'secret/of+the=test'),
});
const client = new AWS.DynamoDB.DocumentClient({service: dax});
const id = 'node-v2';
const document = {id, text: 'ä😀', n: -12.5, flag: true, none: null, list: [1, {deep: 'x'}, 3], map: {a: {b: [10, 11]}}};

run({
  put: () => client.put({TableName: 'Sessions', Item: document}).promise(),
  get: async () => equal((await client.get({TableName: 'Sessions', Key: {id}}).promise()).Item, document),
  missing: async () =>
    equal((await client.get({TableName: 'Sessions', Key: {id: 'nobody'}}).promise()).Item, undefined),
  projection: async () =>
    equal((await client.get({TableName: 'Sessions', Key: {id}, ProjectionExpression: 'map.a.b[1], list[1].deep'}).promise()).Item,
      {map: {a: {b: [11]}}, list: [{deep: 'x'}]}),
  update: async () =>
    equal((await client.update({
      TableName: 'Sessions', Key: {id}, UpdateExpression: 'SET n = n + :one REMOVE flag',
      ExpressionAttributeValues: {':one': 1}, ReturnValues: 'UPDATED_NEW',
    }).promise()).Attributes, {n: -11.5}),
  condition: () => rejects(client.put({
    TableName: 'Sessions', Item: {id}, ConditionExpression: 'attribute_not_exists(id)',
  }).promise(), 'ConditionalCheckFailedException'),
  orders: async () => {
    for (const orderId of [3, -1, 2.5]) {
      await client.put({TableName: 'Orders', Item: {customerId: id, orderId}}).promise();
    }
    const found = await client.query({
      TableName: 'Orders', KeyConditionExpression: 'customerId = :c', ExpressionAttributeValues: {':c': id}, Limit: 2,
    }).promise();
    equal(found.Items.map((item) => item.orderId), [-1, 2.5]);
    equal(found.LastEvaluatedKey, {customerId: id, orderId: 2.5});
  },
  scan: async () => equal((await client.scan({
    TableName: 'Orders', FilterExpression: 'customerId = :c', ExpressionAttributeValues: {':c': id},
  }).promise()).Count, 3),
  batch: async () => {
    await client.batchWrite({RequestItems: {Sessions: [
      {PutRequest: {Item: {id: id + 1, v: 1}}}, {PutRequest: {Item: {id: id + 2, v: 2}}}]}}).promise();
    const read = await client.batchGet({RequestItems: {Sessions: {Keys: [{id: id + 1}, {id: id + 2}]}}}).promise();
    equal(read.Responses.Sessions.map((item) => item.v).sort(), [1, 2]);
  },
  transaction: async () => {
    await client.transactWrite({TransactItems: [
      {Put: {TableName: 'Sessions', Item: {id: id + 3, v: 3}}},
      {Delete: {TableName: 'Sessions', Key: {id: id + 1}}}]}).promise();
    const read = await client.transactGet({TransactItems: [
      {Get: {TableName: 'Sessions', Key: {id: id + 3}}}, {Get: {TableName: 'Sessions', Key: {id: id + 1}}}]}).promise();
    equal(read.Responses[0].Item, {id: id + 3, v: 3});
    equal(read.Responses[1].Item, undefined);
  },
  delete: async () => equal((await client.delete({
    TableName: 'Sessions', Key: {id: id + 3}, ReturnValues: 'ALL_OLD',
  }).promise()).Attributes, {id: id + 3, v: 3}),
  noTable: () => rejects(client.get({TableName: 'Nowhere', Key: {id}}).promise(), 'ResourceNotFoundException'),
});
