package privilege

import (
	"slices"
	"strings"
)

// Some is the resource of an access of which nothing but the action is known beforehand.
const Some = "(some)"

// Missing are the accesses, of those that a role needs, that its policies do not allow, in order.
func Missing(policies []*Policy, needed []Access) (missing []Access) {
	for _, a := range needed {
		if !Allows(policies, a) {
			missing = append(missing, a)
		}
	}
	return missing
}

// Right is an action on a resource that a statement allows, as the statement names them: both may be patterns.
type Right struct{ Role, Sid, Action, Resource string }

// String is the right in a message.
func (r Right) String() string {
	return strings.Join([]string{r.Role, r.Sid + ":", r.Action, "on", r.Resource}, " ")
}

// Unused are the rights that a role's policies give and that no access used, in the order of the policies. Allowing all but
// something names no right, so that is always among them.
func Unused(role string, policies []*Policy, used []Access) (unused []Right) {
	for _, p := range policies {
		for _, s := range p.Statement {
			if s.Effect != "Allow" {
				continue
			}
			for _, action := range append(slices.Clone(s.Action), not(s.NotAction)...) {
				for _, resource := range append(slices.Clone(s.Resource), not(s.NotResource)...) {
					one := Statement{Action: list[string]{action}, Resource: list[string]{resource}, Condition: s.Condition}
					if !slices.ContainsFunc(used, one.covers) {
						unused = append(unused, Right{Role: role, Sid: s.Sid, Action: action, Resource: resource})
					}
				}
			}
		}
	}
	return unused
}

// not says in a message what a statement leaves out.
func not(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	return []string{"all but " + strings.Join(names, ", ")}
}

// Translate is what the accesses would be if what is called from were called to: the same code serves several destinations, and an
// access of one shows what the others' rights are for.
func Translate(accesses []Access, from, to string) []Access {
	translated := make([]Access, len(accesses))
	for i, a := range accesses {
		a.Resource = strings.ReplaceAll(a.Resource, from, to)
		translated[i] = a
	}
	return translated
}

// Exception is a right that stays although nothing uses it. Its fields are patterns, as in policies.
type Exception struct {
	Role, Action, Resource string
	// Reason says why the right stays.
	Reason string
	// Sometimes says that it depends on the run whether something uses the right.
	Sometimes bool
}

func (e Exception) covers(r Right) bool {
	return matches(e.Role, r.Role) && matchesAction(e.Action, r.Action) && matches(e.Resource, r.Resource)
}

// Except takes the rights out that exceptions speak of, and returns the exceptions that speak of none, though they
// always should: those are out of date.
func Except(unused []Right, exceptions []Exception) (left []Right, idle []Exception) {
	spoke := make([]bool, len(exceptions))
	for _, r := range unused {
		excepted := false
		for i, e := range exceptions {
			if e.covers(r) {
				spoke[i], excepted = true, true
			}
		}
		if !excepted {
			left = append(left, r)
		}
	}
	for i, e := range exceptions {
		if !spoke[i] && !e.Sometimes {
			idle = append(idle, e)
		}
	}
	return left, idle
}
