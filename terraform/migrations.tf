# The migrator and its invocation, before the other functions are created or updated. A failing migration is rolled
# back and fails the apply; the other functions keep their old code.

locals {
  master_secret_arn = aws_rds_cluster.this.master_user_secret[0].secret_arn

  migrations      = fileset("${path.module}/../migrations", "*.sql")
  migrations_hash = sha256(join("\n", [for file in local.migrations : "${file} ${filesha256("${path.module}/../migrations/${file}")}"]))
}

module "migrator" {
  source = "./modules/function"

  name        = "${var.name_prefix}-migrator"
  description = local.functions["migrator"].description
  handler     = "functions.migrator.handler.handler"
  package     = "${local.packages}/migrator.zip"
  arch        = var.arch
  memory_mb   = local.functions["migrator"].memory_mb
  timeout_s   = local.functions["migrator"].timeout_s
  environment = local.environment["migrator"]
  grants      = local.migrator_grants

  log_retention_days = var.log_retention_days
  kms_key_arn        = local.kms_key_arn
  alarm_actions      = local.alarm_actions
}

resource "aws_lambda_invocation" "migrations" {
  function_name = module.migrator.name
  input         = jsonencode({ password_version = var.database_password_version })

  triggers = {
    migrations = local.migrations_hash
    migrator   = module.migrator.code_hash
    database   = aws_rds_cluster.this.cluster_resource_id
    secrets    = join(" ", [for user in sort(local.database_users) : aws_secretsmanager_secret.database_user[user].id])
  }

  depends_on = [aws_rds_cluster_instance.this] # a cluster without instances cannot run statements
}
