// Package privilege holds the calls that roles make on the local stack against what their policies allow, so that nothing is
// missing and nothing is left over. The stack gives everybody who plays a role an access key of the role's name, and each call is
// signed with it.
package privilege

import (
	"cmp"
	"fmt"
	"slices"
)

// Access is what a call needs to be allowed: an action on a resource, as policies name them.
type Access struct {
	// Action is as in "s3:GetObject".
	Action string
	// Resource is an ARN, or "*" where the service has none to name.
	Resource string
	// Key and Value are what the service tells a condition of the call, where it tells anything that policies ask for.
	Key, Value string
}

// String is the access in a message.
func (a Access) String() string {
	if a.Key == "" {
		return a.Action + " on " + a.Resource
	}
	return fmt.Sprintf("%s on %s with %s=%s", a.Action, a.Resource, a.Key, a.Value)
}

func compareAccess(a, b Access) int {
	return cmp.Or(cmp.Compare(a.Action, b.Action), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Value, b.Value))
}

func sorted(set map[Access]bool) []Access {
	all := make([]Access, 0, len(set))
	for a := range set {
		all = append(all, a)
	}
	slices.SortFunc(all, compareAccess)
	return all
}

// unknown is the access of a call that this package cannot read. No policy allows it, so whoever makes such a call learns that it
// has to be added here.
func unknown(service, operation string) []Access {
	return []Access{{Action: service + ":?" + operation, Resource: "?"}}
}
