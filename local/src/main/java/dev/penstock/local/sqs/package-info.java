/** SQS, by ElasticMQ: one server per region, started when the region's first queue is asked for. */
@NullMarked
package dev.penstock.local.sqs;

import org.jspecify.annotations.NullMarked;
