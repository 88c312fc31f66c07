# The function used to be of this module's own making.

moved {
  from = aws_lambda_function.main
  to   = module.function.aws_lambda_function.main
}

moved {
  from = aws_cloudwatch_log_group.main
  to   = module.function.aws_cloudwatch_log_group.main
}

moved {
  from = aws_iam_role.main
  to   = module.function.aws_iam_role.main
}

moved {
  from = aws_iam_role_policy.main
  to   = module.function.aws_iam_role_policy.main
}
