package privilege

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Exception are rights that stay although nothing uses them: each of the actions, of each of the roles.
type Exception struct {
	// Roles and Actions are whole names: each of them must have a right that the exception speaks of.
	Roles, Actions []string
	// Resource is a pattern, as in policies, but that * alone is the resource of what has none to name, and of nothing else.
	Resource string
	// Condition is what the right is conditional on, as in [Right], and a pattern. Without it there is no condition.
	Condition string
	// Reason says why the rights stay.
	Reason string
}

// covers is for one of the exception's roles and actions.
func (e Exception) covers(role, action string, r Right) bool {
	if role != r.Role || !strings.EqualFold(action, r.Action) || !matches(e.Condition, r.Condition) {
		return false
	}
	if e.Resource == everything {
		return r.Resource == everything
	}
	return matches(e.Resource, r.Resource)
}

// everything is the resource of actions that have none to name.
const everything = "*"

// Except takes the rights out that exceptions speak of, and returns what of the exceptions speaks of none: that is out of
// date.
func Except(unused []Right, exceptions []Exception) (left []Right, idle []Exception) {
	spoken := make([]bool, len(unused))
	for _, e := range exceptions {
		for _, role := range e.Roles {
			for _, action := range e.Actions {
				speaks := false
				for i, r := range unused {
					if e.covers(role, action, r) {
						spoken[i], speaks = true, true
					}
				}
				if !speaks {
					out := e
					out.Roles, out.Actions = []string{role}, []string{action}
					idle = append(idle, out)
				}
			}
		}
	}
	for i, r := range unused {
		if !spoken[i] {
			left = append(left, r)
		}
	}
	return left, idle
}

// CheckExceptions says which exceptions excuse more than their reason can speak of: those without one, and those that do not name their
// roles, actions and resources. A resource is named by its service at least, and by part of its own name.
func CheckExceptions(exceptions []Exception) error {
	var wrong []error
	for i, e := range exceptions {
		refuse := func(why string) {
			wrong = append(wrong, fmt.Errorf("exception %d, of %s for %s on %s: %s", i, strings.Join(e.Roles, ", "), strings.Join(e.Actions, ", "), e.Resource, why)) //nolint:err113 // a list for people
		}
		if strings.TrimSpace(e.Reason) == "" {
			refuse("it has no reason")
		}
		if !named(e.Roles) {
			refuse("its roles must be named")
		}
		if !named(e.Actions) || slices.ContainsFunc(e.Actions, func(action string) bool { return strings.Count(action, ":") != 1 }) {
			refuse("its actions must be named")
		}
		if e.Resource != everything && !namesResource(e.Resource) {
			refuse("its resource must be named")
		}
		if strings.Trim(e.Condition, "*?") != e.Condition {
			refuse("its condition must be named")
		}
	}
	return errors.Join(wrong...)
}

// named says that there are names, and no patterns among them.
func named(names []string) bool {
	return len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return name == "" || strings.ContainsAny(name, "*?") })
}

// namesResource says that a pattern is the ARN of something of one service: arn:partition:service:region:account:name, of which the
// region and the account may be any.
func namesResource(pattern string) bool {
	part := strings.SplitN(pattern, ":", 6)
	return len(part) == 6 && part[0] == "arn" && named([]string{part[2]}) && strings.Trim(part[5], "*?/:") != ""
}
