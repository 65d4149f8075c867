# The manifest of functions and queues (functions/functions.yaml), and the environment of each function.

locals {
  manifest = yamldecode(file("${path.module}/../functions/functions.yaml"))

  functions = { for name, entry in local.manifest.functions : name => merge(local.manifest.defaults, { uses = [] }, entry) }
  queues    = local.manifest.queues
  namespace = "alex" # for the functions' own metrics

  # Settings in the manifest that Terraform variables override, unless they are null
  settings = { for name, value in {
    ENABLE_DOCUMENTATION     = var.enable_documentation
    ENABLE_PROGRESS_TRACKING = var.enable_progress_tracking
    MAX_CONCURRENT_JOBS      = var.max_concurrent_jobs
    MAX_JOBS_A_DAY           = var.max_jobs_a_day
    PLANNER_CONCURRENCY      = var.planner_concurrency
    EVENTS_KEPT_DAYS         = var.events_kept_days
    JOBS_KEPT_DAYS           = var.jobs_kept_days
    SIGN_IN_ISSUER           = local.issuer
    SIGN_IN_CLIENT_ID        = coalesce(var.sign_in_client_id, local.audience[0])
    SIGN_IN_SCOPE            = var.sign_in_scope
    SIGN_IN_URL              = local.sign_in_url
    PRICE_SOURCE             = var.price_source
    PRICE_SOURCE_URL         = var.price_source_url
    PRICE_SECRET_ARN         = var.price_secret_arn
    MODEL_OUTPUT             = var.model_output
    MODEL_PRICE              = var.model_price
    MODEL_SILENCE_S          = var.model_silence_s
    MODEL_TIME_LIMIT_S       = var.model_time_limit_s
  } : name => tostring(value) if value != null }

  invoked_by = { for name in keys(local.functions) : name => [for other, function in local.functions : other if function.trigger == name] }
  sent_to_by = { for name, function in local.functions : name => [for queue in keys(local.queues) : queue if contains(function.uses, "send:${queue}")] }
  # The database user of each function, and the users that the migrator creates. Functions without one have null.
  database_user  = { for name, function in local.functions : name => one([for use in function.uses : trimprefix(use, "database:") if startswith(use, "database:")]) }
  database_users = setsubtract(toset([for user in values(local.database_user) : user if user != null]), ["owner"])
  secret_arns    = merge({ owner = local.master_secret_arn }, { for user, secret in aws_secretsmanager_secret.database_user : user => secret.arn })

  consumed_by = { for name in keys(local.functions) : name => [for queue, entry in local.all_queues : queue if entry.consumer == name] }

  # Matches environment() in scripts/manifest.py
  environment = {
    for name, function in local.functions : name => merge(
      {
        NAME_PREFIX                  = var.name_prefix
        POWERTOOLS_SERVICE_NAME      = name
        POWERTOOLS_METRICS_NAMESPACE = local.namespace
        LOG_LEVEL                    = local.manifest.log_level
        PYDANTIC_DISABLE_PLUGINS     = "__all__" # otherwise a cold start searches all packages for plugins
      },
      local.database_user[name] != null ? {
        DB_CLUSTER_ARN = aws_rds_cluster.this.arn
        DB_SECRET_ARN  = local.secret_arns[local.database_user[name]]
        DB_NAME        = aws_rds_cluster.this.database_name
      } : {},
      { for user in local.database_users : "${upper(user)}_SECRET_ARN" => local.secret_arns[user] if local.database_user[name] == "owner" },
      contains(function.uses, "model") && var.bedrock_model_id != "" ? { BEDROCK_MODEL_ID = var.bedrock_model_id, BEDROCK_REGION = var.region } : {},
      { for queue in local.sent_to_by[name] : "${upper(replace(queue, "-", "_"))}_QUEUE_URL" => aws_sqs_queue.this[queue].url },
      length(local.invoked_by[name]) > 0 ? { AGENT_TIMEOUT_S = tostring(max([for other in local.invoked_by[name] : local.functions[other].timeout_s]...)) } : {},
      var.bedrock_model_id != "" && anytrue([for other in local.invoked_by[name] : contains(local.functions[other].uses, "model")]) ? { AGENT_MODEL_ID = var.bedrock_model_id } : {},
      { for variable, value in function.environment : variable => lookup(local.settings, variable, value) },
      var.extra_environment,
    )
  }
}
