variable "environments" {
  description = "Environments whose var-files to read."
  type        = set(string)
  nullable    = false
}
