package dev.penstock.local.assembly;

import java.util.Map;

/** The resource types that have an effect here, and what brings each about. */
final class Provisioners {
    static final Map<String, Provisioner> BY_TYPE = Map.ofEntries(
            Map.entry("AWS::Backup::BackupPlan", new BackupPlanProvisioner()),
            Map.entry("AWS::Backup::BackupSelection", new BackupSelectionProvisioner()),
            Map.entry("AWS::Backup::BackupVault", new BackupVaultProvisioner()),
            Map.entry("AWS::DAX::Cluster", new DaxClusterProvisioner()),
            Map.entry("AWS::DAX::ParameterGroup", new DaxParameterGroupProvisioner()),
            Map.entry("AWS::DynamoDB::GlobalTable", new GlobalTableProvisioner()),
            Map.entry("AWS::DynamoDB::Table", new GlobalTableProvisioner()),
            Map.entry("AWS::Events::Rule", new RuleProvisioner()),
            Map.entry("AWS::Lambda::Function", new FunctionProvisioner()),
            Map.entry("AWS::Lambda::Version", new VersionProvisioner()),
            Map.entry("AWS::Lambda::Alias", new AliasProvisioner()),
            Map.entry("AWS::Lambda::EventSourceMapping", new EventSourceMappingProvisioner()),
            Map.entry("AWS::Lambda::Url", new FunctionUrlProvisioner()),
            Map.entry("AWS::Logs::LogGroup", new LogGroupProvisioner()),
            Map.entry("AWS::S3::Bucket", new BucketProvisioner()),
            Map.entry("AWS::Scheduler::Schedule", new ScheduleProvisioner()),
            Map.entry("AWS::SES::ConfigurationSet", new ConfigurationSetProvisioner()),
            Map.entry("AWS::SES::ConfigurationSetEventDestination", new EventDestinationProvisioner()),
            Map.entry("AWS::SES::EmailIdentity", new EmailIdentityProvisioner()),
            Map.entry("AWS::SNS::Subscription", new SubscriptionProvisioner()),
            Map.entry("AWS::SNS::Topic", new TopicProvisioner()),
            Map.entry("AWS::SQS::Queue", new QueueProvisioner()),
            Map.entry("Custom::ReplicaStream", new ReplicaStreamProvisioner()));

    private Provisioners() {}
}
