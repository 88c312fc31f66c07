package screen

import (
	"fmt"
	"strings"

	"github.com/rumline/rumline/shared/failure"
)

// Command is a task of the project for a destination, as a person types it.
func Command(task, env, destination string) string {
	command := fmt.Sprintf("go tool task %s ENV=%s", task, env)
	if destination != "" {
		command += " DEST=" + destination
	}
	return command
}

// RunbookPage is the page about failures of a code.
func RunbookPage(code failure.Code) string {
	return "failure-" + strings.ReplaceAll(string(code), "_", "-") + ".md"
}
