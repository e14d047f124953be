package dev.penstock.local.dynamodb;

import dev.penstock.local.gateway.Gateway;

/** The ARNs of DynamoDB's resources. */
final class Arns {
    private Arns() {}

    static String table(String region, String name) {
        return "arn:aws:dynamodb:" + region + ":" + Gateway.ACCOUNT + ":table/" + name;
    }

    static String index(String tableArn, String index) {
        return tableArn + "/index/" + index;
    }
}
