variable "region" {
  description = "AWS region of the state and the artifacts. Lambda takes zips from its own region alone, so it must be the environments'."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is \"${var.region}\": it must look like us-east-1."
  }
}

variable "repository" {
  description = "GitHub repository whose workflows may deploy, as owner/name."
  type        = string
  default     = "rumline/rumline"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository is \"${var.repository}\": it must be owner/name, without wildcards."
  }
}

variable "environments" {
  description = "Environments that there is a role for. Only a job of the GitHub environment of the same name may take it, so who may deploy to prod is what GitHub's environment prod says."
  type        = set(string)
  default     = ["dev", "preprod", "prod"]
  nullable    = false

  validation {
    condition     = length(var.environments) > 0 && length(setsubtract(var.environments, ["dev", "preprod", "prod"])) == 0
    error_message = "environments is ${join(", ", var.environments)}: it must be some of dev, preprod and prod."
  }
}
