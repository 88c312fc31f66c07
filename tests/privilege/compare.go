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
type Right struct {
	Role, Sid, Action, Resource string
	// Condition is one of the values that a condition of the statement names, as key=value. It is empty where there is none.
	Condition string
}

// String is the right in a message.
func (r Right) String() string {
	text := strings.Join([]string{r.Role, r.Sid + ":", r.Action, "on", r.Resource}, " ")
	if r.Condition != "" {
		text += " with " + r.Condition
	}
	return text
}

// Access is a call that the right allows: of what it names by patterns, as if the pattern were a name. Who allows that allows all
// that the pattern names.
func (r Right) Access() Access {
	a := Access{Action: r.Action, Resource: r.Resource}
	a.Key, a.Value, _ = strings.Cut(r.Condition, "=")
	return a
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
					for _, condition := range s.Condition.alternatives() {
						one := Statement{Action: list[string]{action}, Resource: list[string]{resource}, Condition: condition}
						if !slices.ContainsFunc(used, one.covers) {
							unused = append(unused, Right{Role: role, Sid: s.Sid, Action: action, Resource: resource, Condition: condition.String()})
						}
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
