package privilege

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Condition is, by operator and key, the values of which one has to hold.
type Condition map[string]map[string]list[string]

// holds says whether all of it does. A key that the call does not have makes it false, as in IAM.
func (c Condition) holds(a Access) bool {
	for operator, byKey := range c {
		for key, wanted := range byKey {
			if key != a.Key || !slices.ContainsFunc(wanted, func(w string) bool { return operators[operator](w, a.Value) }) {
				return false
			}
		}
	}
	return true
}

// alternatives are the conditions of a single value for each key that together are as wide as this one, in order.
func (c Condition) alternatives() []Condition {
	all := []Condition{{}}
	for _, operator := range slices.Sorted(maps.Keys(c)) {
		for _, key := range slices.Sorted(maps.Keys(c[operator])) {
			var wider []Condition
			for _, so := range all {
				for _, value := range c[operator][key] {
					wider = append(wider, so.and(operator, key, value))
				}
			}
			all = wider
		}
	}
	return all
}

func (c Condition) and(operator, key, value string) Condition {
	both := Condition{}
	for o, byKey := range c {
		both[o] = maps.Clone(byKey)
	}
	if both[operator] == nil {
		both[operator] = map[string]list[string]{}
	}
	both[operator][key] = list[string]{value}
	return both
}

// String is the condition in a message, as key=value: the operator shows in the value.
func (c Condition) String() string {
	var parts []string
	for _, byKey := range c {
		for key, values := range byKey {
			parts = append(parts, fmt.Sprintf("%s=%s", key, strings.Join(values, "|")))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}
