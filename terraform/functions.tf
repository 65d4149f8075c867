# Every function of the manifest except the migrator, which runs before the others are updated: see migrations.tf.

locals {
  packages = "${coalesce(var.packages_dir, "${path.module}/../build")}/${var.arch}"
}

module "function" {
  source   = "./modules/function"
  for_each = { for name, function in local.functions : name => function if name != "migrator" }

  name               = "${var.name_prefix}-${each.key}"
  description        = each.value.description
  handler            = "functions.${each.key}.handler.handler"
  package            = "${local.packages}/${each.key}.zip"
  arch               = var.arch
  memory_mb          = each.value.memory_mb
  timeout_s          = each.value.timeout_s
  environment        = local.environment[each.key]
  grants             = local.grants[each.key]
  log_retention_days = var.log_retention_days
  kms_key_arn        = local.kms_key_arn
  alarm_actions      = local.alarm_actions

  depends_on = [aws_lambda_invocation.migrations]
}
