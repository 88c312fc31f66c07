package cloud

import (
	"maps"
	"strings"
)

// holds says whether the condition holds of an item: attribute_exists, attribute_not_exists and comparisons for equality, all of
// which have to hold (AND).
func (r *request) holds(there item) (bool, error) {
	if r.ConditionExpression == "" {
		return true, nil
	}
	for term := range strings.SplitSeq(r.ConditionExpression, " AND ") {
		term = strings.TrimSpace(term)
		if name, ok := argument(term, "attribute_not_exists"); ok {
			if there[r.name(name)] != nil {
				return false, nil
			}
			continue
		}
		if name, ok := argument(term, "attribute_exists"); ok {
			if there[r.name(name)] == nil {
				return false, nil
			}
			continue
		}
		name, wanted, ok := strings.Cut(term, "=")
		if !ok || strings.ContainsAny(name, "<>()") {
			return false, refused("the condition %q is not known here", term)
		}
		want := r.ExpressionAttributeValues[strings.TrimSpace(wanted)]
		if want == nil {
			return false, refused("the condition %q has no value", term)
		}
		if !maps.Equal(there[r.name(name)], want) {
			return false, nil
		}
	}
	return true, nil
}

// updated is the item after SET name = value, ….
func (r *request) updated(there item) (item, error) {
	assignments, ok := strings.CutPrefix(strings.TrimSpace(r.UpdateExpression), "SET ")
	if !ok {
		return nil, refused("the update %q is not known here", r.UpdateExpression)
	}
	out := maps.Clone(there)
	if out == nil {
		out = maps.Clone(r.Key)
	}
	for assignment := range strings.SplitSeq(assignments, ",") {
		name, assigned, ok := strings.Cut(assignment, "=")
		v := r.ExpressionAttributeValues[strings.TrimSpace(assigned)]
		if !ok || v == nil {
			return nil, refused("the assignment %q is not known here", assignment)
		}
		out[r.name(name)] = v
	}
	return out, nil
}

func argument(term, function string) (string, bool) {
	inner, ok := strings.CutPrefix(term, function+"(")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, ")")
}

// name is an attribute's own name, where the expression has a stand-in.
func (r *request) name(name string) string {
	name = strings.TrimSpace(name)
	if own, ok := r.ExpressionAttributeNames[name]; ok {
		return own
	}
	return name
}
