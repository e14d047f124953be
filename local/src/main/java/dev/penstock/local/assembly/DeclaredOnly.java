package dev.penstock.local.assembly;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Types that mean something on AWS and have no effect here: permissions, encryption, alarms, networks. They are listed
 * at start, so that nobody takes them for simulated.
 */
final class DeclaredOnly {
    private static final Set<String> TYPES = Set.of(
            "AWS::ApplicationAutoScaling::ScalableTarget",
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            "AWS::Athena::NamedQuery",
            "AWS::Athena::WorkGroup",
            "AWS::Backup::RestoreTestingPlan",
            "AWS::Backup::RestoreTestingSelection",
            "AWS::Budgets::Budget",
            "AWS::CDK::Metadata",
            "AWS::CloudFormation::CustomResource",
            "AWS::CloudTrail::Trail",
            "AWS::CloudWatch::Alarm",
            "AWS::CloudWatch::CompositeAlarm",
            "AWS::CloudWatch::Dashboard",
            "AWS::DAX::SubnetGroup",
            "AWS::EC2::FlowLog",
            "AWS::EC2::InternetGateway",
            "AWS::EC2::RouteTable",
            "AWS::EC2::SecurityGroup",
            "AWS::EC2::SecurityGroupEgress",
            "AWS::EC2::SecurityGroupIngress",
            "AWS::EC2::Subnet",
            "AWS::EC2::SubnetRouteTableAssociation",
            "AWS::EC2::VPC",
            "AWS::EC2::VPCEndpoint",
            "AWS::EMRServerless::Application",
            "AWS::Events::EventBus",
            "AWS::Glue::Database",
            "AWS::Glue::Table",
            "AWS::IAM::ManagedPolicy",
            "AWS::IAM::Policy",
            "AWS::IAM::Role",
            "AWS::KMS::Alias",
            "AWS::KMS::Key",
            "AWS::KMS::ReplicaKey",
            "AWS::Lambda::EventInvokeConfig",
            "AWS::Lambda::Permission",
            "AWS::Logs::MetricFilter",
            "AWS::Logs::QueryDefinition",
            "AWS::Logs::ResourcePolicy",
            "AWS::S3::BucketPolicy",
            "AWS::SNS::TopicPolicy",
            "AWS::SQS::QueuePolicy",
            "AWS::SSM::Parameter",
            "AWS::Scheduler::ScheduleGroup",
            "AWS::StepFunctions::StateMachine");

    private DeclaredOnly() {}

    static boolean includes(String type) {
        return TYPES.contains(type) || type.startsWith("Custom::");
    }

    /** Ids of the usual form, so that what refers to the resource can be read. */
    static Resource.Physical physical(Resource resource) {
        String[] parts = resource.type().split("::", -1);
        String service = parts[Math.min(1, parts.length - 1)].toLowerCase(Locale.ROOT);
        String kind = parts[parts.length - 1].toLowerCase(Locale.ROOT);
        String name = resource.generatedName();
        return new Resource.Physical(name, Map.of("Arn", resource.arn(service, kind + "/" + name)));
    }
}
