package dev.penstock.local.vault;

import dev.penstock.local.events.Schedule;
import dev.penstock.local.gateway.Request;
import dev.penstock.local.wire.RestOperations;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.backup.model.BackupPlan;
import software.amazon.awssdk.services.backup.model.BackupPlanInput;
import software.amazon.awssdk.services.backup.model.BackupPlansListMember;
import software.amazon.awssdk.services.backup.model.BackupRule;
import software.amazon.awssdk.services.backup.model.BackupRuleInput;
import software.amazon.awssdk.services.backup.model.BackupSelectionsListMember;
import software.amazon.awssdk.services.backup.model.CreateBackupPlanRequest;
import software.amazon.awssdk.services.backup.model.CreateBackupPlanResponse;
import software.amazon.awssdk.services.backup.model.CreateBackupSelectionRequest;
import software.amazon.awssdk.services.backup.model.CreateBackupSelectionResponse;
import software.amazon.awssdk.services.backup.model.DeleteBackupPlanRequest;
import software.amazon.awssdk.services.backup.model.DeleteBackupPlanResponse;
import software.amazon.awssdk.services.backup.model.DeleteBackupSelectionRequest;
import software.amazon.awssdk.services.backup.model.DeleteBackupSelectionResponse;
import software.amazon.awssdk.services.backup.model.GetBackupPlanRequest;
import software.amazon.awssdk.services.backup.model.GetBackupPlanResponse;
import software.amazon.awssdk.services.backup.model.GetBackupSelectionRequest;
import software.amazon.awssdk.services.backup.model.GetBackupSelectionResponse;
import software.amazon.awssdk.services.backup.model.ListBackupPlansRequest;
import software.amazon.awssdk.services.backup.model.ListBackupPlansResponse;
import software.amazon.awssdk.services.backup.model.ListBackupSelectionsRequest;
import software.amazon.awssdk.services.backup.model.ListBackupSelectionsResponse;
import software.amazon.awssdk.services.backup.model.UpdateBackupPlanRequest;
import software.amazon.awssdk.services.backup.model.UpdateBackupPlanResponse;

/** Plans with their rules, and which tables they select. */
final class PlanOperations {
    private static final String PLANS = "/backup/plans";
    private static final String PLAN = PLANS + "/{backupPlanId}";
    private static final String SELECTIONS = PLAN + "/selections";
    private static final int LEAST_START_WINDOW = 60;
    /** A rule without schedule runs daily at 5:00 UTC (AWS Backup: CreateBackupPlan). */
    private static final String DEFAULT_SCHEDULE = "cron(0 5 ? * * *)";

    private final Function<String, VaultRegion> regions;
    private final PlanSchedules schedules;

    PlanOperations(Function<String, VaultRegion> regions, PlanSchedules schedules) {
        this.regions = regions;
        this.schedules = schedules;
    }

    void addTo(RestOperations routes) {
        routes.on("PUT", PLANS, CreateBackupPlanRequest::builder, this::create)
                .on("GET", PLANS, ListBackupPlansRequest::builder, this::list)
                .on("GET", PLAN, GetBackupPlanRequest::builder, this::get)
                .on("POST", PLAN, UpdateBackupPlanRequest::builder, this::update)
                .on("DELETE", PLAN, DeleteBackupPlanRequest::builder, this::delete)
                .on("PUT", SELECTIONS, CreateBackupSelectionRequest::builder, this::select)
                .on("GET", SELECTIONS, ListBackupSelectionsRequest::builder, this::selections)
                .on("GET", SELECTIONS + "/{selectionId}", GetBackupSelectionRequest::builder, this::selection)
                .on("DELETE", SELECTIONS + "/{selectionId}", DeleteBackupSelectionRequest::builder, this::unselect);
    }

    private CreateBackupPlanResponse create(CreateBackupPlanRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        BackupPlan plan = plan(asked.backupPlan());
        for (var other : region.documents().list("plan/", GetBackupPlanResponse::builder)) {
            if (other.backupPlan().equalsBySdkFields(plan)) {
                throw Errors.exists("A backup plan with the same document, " + other.backupPlanId() + ",");
            }
        }
        String id = UUID.randomUUID().toString();
        var made = GetBackupPlanResponse.builder()
                .backupPlan(plan)
                .backupPlanId(id)
                .backupPlanArn(region.arn("backup-plan:" + id))
                .versionId(UUID.randomUUID().toString())
                .creatorRequestId(asked.creatorRequestId())
                .creationDate(region.now())
                .build();
        put(region, made);
        return Documents.as(made, CreateBackupPlanResponse.builder());
    }

    private void put(VaultRegion region, GetBackupPlanResponse plan) {
        region.documents().put("plan/" + plan.backupPlanId(), plan);
        schedules.put(region, plan);
    }

    private UpdateBackupPlanResponse update(UpdateBackupPlanRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        var plan = find(region, asked.backupPlanId());
        schedules.remove(region, plan);
        var changed = plan.toBuilder()
                .backupPlan(plan(asked.backupPlan()))
                .versionId(UUID.randomUUID().toString())
                .build();
        put(region, changed);
        return Documents.as(changed, UpdateBackupPlanResponse.builder());
    }

    private GetBackupPlanResponse get(GetBackupPlanRequest asked, Request http) {
        return find(regions.apply(http.region()), asked.backupPlanId());
    }

    private static GetBackupPlanResponse find(VaultRegion region, @Nullable String id) {
        return region.documents()
                .get("plan/" + id, GetBackupPlanResponse::builder)
                .orElseThrow(() -> Errors.notFound("Backup plan " + id));
    }

    private ListBackupPlansResponse list(ListBackupPlansRequest asked, Request http) {
        var plans = regions.apply(http.region()).documents().list("plan/", GetBackupPlanResponse::builder);
        var page = Page.of(plans, asked.maxResults(), asked.nextToken());
        return ListBackupPlansResponse.builder()
                .backupPlansList(page.members().stream()
                        .map(plan -> Documents.as(plan, BackupPlansListMember.builder()).toBuilder()
                                .backupPlanName(plan.backupPlan().backupPlanName())
                                .build())
                        .toList())
                .nextToken(page.next())
                .build();
    }

    private DeleteBackupPlanResponse delete(DeleteBackupPlanRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        var plan = find(region, asked.backupPlanId());
        if (!selections(region, plan.backupPlanId()).isEmpty()) {
            throw Errors.refused("Related backup plan selections must be deleted prior to backup plan deletion");
        }
        schedules.remove(region, plan);
        region.documents().remove("plan/" + plan.backupPlanId());
        return Documents.as(plan, DeleteBackupPlanResponse.builder()).toBuilder()
                .deletionDate(region.now())
                .build();
    }

    private static BackupPlan plan(@Nullable BackupPlanInput given) {
        if (given == null || given.backupPlanName() == null || given.rules().isEmpty()) {
            throw Errors.missing("BackupPlan with BackupPlanName and Rules");
        }
        Set<String> names = new HashSet<>();
        return BackupPlan.builder()
                .backupPlanName(given.backupPlanName())
                .advancedBackupSettings(given.hasAdvancedBackupSettings() ? given.advancedBackupSettings() : null)
                .rules(given.rules().stream()
                        .map(rule -> {
                            if (!names.add(String.valueOf(rule.ruleName()))) {
                                throw Errors.invalid(
                                        "RuleName must be unique in a plan; given twice: " + rule.ruleName());
                            }
                            return rule(rule);
                        })
                        .toList())
                .build();
    }

    private static BackupRule rule(BackupRuleInput given) {
        if (given.ruleName() == null || given.targetBackupVaultName() == null) {
            throw Errors.missing("RuleName and TargetBackupVaultName of each rule");
        }
        if (given.startWindowMinutes() != null && given.startWindowMinutes() < LEAST_START_WINDOW) {
            throw Errors.invalid("StartWindowMinutes must be at least " + LEAST_START_WINDOW + "; given: "
                    + given.startWindowMinutes());
        }
        Lifecycles.check(given.lifecycle());
        given.copyActions().forEach(copy -> Lifecycles.check(copy.lifecycle()));
        BackupRule rule = Documents.as(given, BackupRule.builder()).toBuilder()
                .ruleId(UUID.nameUUIDFromBytes(given.ruleName().getBytes(StandardCharsets.UTF_8))
                        .toString())
                .scheduleExpression(given.scheduleExpression() == null ? DEFAULT_SCHEDULE : given.scheduleExpression())
                .build();
        schedule(rule);
        return rule;
    }

    /** @throws dev.penstock.local.gateway.AwsError InvalidParameterValueException */
    static Schedule schedule(BackupRule rule) {
        try {
            String zone = rule.scheduleExpressionTimezone();
            return Schedule.parse(rule.scheduleExpression(), ZoneId.of(zone == null ? "UTC" : zone));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw Errors.invalid("ScheduleExpression of rule " + rule.ruleName() + ": " + e.getMessage());
        }
    }

    private CreateBackupSelectionResponse select(CreateBackupSelectionRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        var plan = find(region, asked.backupPlanId());
        Selections.check(asked.backupSelection());
        selections(region, plan.backupPlanId()).forEach(other -> {
            if (other.backupSelection()
                    .selectionName()
                    .equals(asked.backupSelection().selectionName())) {
                throw Errors.exists(
                        "Backup selection " + other.backupSelection().selectionName());
            }
        });
        String id = UUID.randomUUID().toString();
        var made = GetBackupSelectionResponse.builder()
                .backupSelection(asked.backupSelection())
                .selectionId(id)
                .backupPlanId(plan.backupPlanId())
                .creationDate(region.now())
                .creatorRequestId(asked.creatorRequestId())
                .build();
        region.documents().put("selection/" + plan.backupPlanId() + "/" + id, made);
        return Documents.as(made, CreateBackupSelectionResponse.builder());
    }

    static List<GetBackupSelectionResponse> selections(VaultRegion region, String planId) {
        return region.documents().list("selection/" + planId + "/", GetBackupSelectionResponse::builder);
    }

    private ListBackupSelectionsResponse selections(ListBackupSelectionsRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        var page = Page.of(
                selections(region, find(region, asked.backupPlanId()).backupPlanId()),
                asked.maxResults(),
                asked.nextToken());
        return ListBackupSelectionsResponse.builder()
                .backupSelectionsList(page.members().stream()
                        .map(selection -> Documents.as(selection, BackupSelectionsListMember.builder()).toBuilder()
                                .selectionName(selection.backupSelection().selectionName())
                                .iamRoleArn(selection.backupSelection().iamRoleArn())
                                .build())
                        .toList())
                .nextToken(page.next())
                .build();
    }

    private GetBackupSelectionResponse selection(GetBackupSelectionRequest asked, Request http) {
        return selection(regions.apply(http.region()), asked.backupPlanId(), asked.selectionId());
    }

    private static GetBackupSelectionResponse selection(VaultRegion region, String plan, String id) {
        return region.documents()
                .get("selection/" + plan + "/" + id, GetBackupSelectionResponse::builder)
                .orElseThrow(() -> Errors.notFound("Backup selection " + id + " of plan " + plan));
    }

    private DeleteBackupSelectionResponse unselect(DeleteBackupSelectionRequest asked, Request http) {
        VaultRegion region = regions.apply(http.region());
        selection(region, asked.backupPlanId(), asked.selectionId());
        region.documents().remove("selection/" + asked.backupPlanId() + "/" + asked.selectionId());
        return DeleteBackupSelectionResponse.builder().build();
    }
}
