package privilege

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Policy is a policy document, as far as policies of roles go.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
type Policy struct {
	Statement list[Statement]
}

// Statement is one statement of a policy.
type Statement struct {
	Sid, Effect string
	Action      list[string]
	NotAction   list[string]
	Resource    list[string]
	NotResource list[string]
	Condition   Condition
}

// list is one value or several: policies may leave the brackets out.
type list[T any] []T

// UnmarshalJSON is part of json.Unmarshaler.
func (l *list[T]) UnmarshalJSON(text []byte) error {
	var one T
	if len(text) > 0 && text[0] == '[' {
		var many []T
		err := json.Unmarshal(text, &many)
		*l = many
		return err //nolint:wrapcheck // the decoder's own
	}
	err := json.Unmarshal(text, &one)
	*l = list[T]{one}
	return err //nolint:wrapcheck // the decoder's own
}

// ParsePolicy reads a policy's document. What evaluation does not understand is an error: it must not count as allowed or unused.
func ParsePolicy(document string) (*Policy, error) {
	var p Policy
	if err := json.Unmarshal([]byte(document), &p); err != nil {
		return nil, fmt.Errorf("read the policy: %w", err)
	}
	for _, s := range p.Statement {
		if s.Effect != "Allow" && s.Effect != "Deny" {
			return nil, fmt.Errorf("statement %q has the effect %q", s.Sid, s.Effect)
		}
		if (len(s.Action) == 0) == (len(s.NotAction) == 0) || (len(s.Resource) == 0) == (len(s.NotResource) == 0) {
			return nil, fmt.Errorf("statement %q needs Action or NotAction, and Resource or NotResource", s.Sid)
		}
		for operator := range s.Condition {
			if _, known := operators[operator]; !known {
				return nil, fmt.Errorf("statement %q has the condition %s, which is not known here", s.Sid, operator)
			}
		}
	}
	return &p, nil
}

// operators say whether a value is what a condition names.
var operators = map[string]func(wanted, value string) bool{
	"StringEquals": func(wanted, value string) bool { return wanted == value },
	"StringLike":   matches,
	"ArnEquals":    matches, // the same as ArnLike, says IAM's reference
	"ArnLike":      matches,
	"Bool":         func(wanted, value string) bool { return wanted == value },
}

func (s Statement) namesAction(action string) bool {
	is := func(pattern string) bool { return matchesAction(pattern, action) }
	if len(s.NotAction) > 0 {
		return !slices.ContainsFunc(s.NotAction, is)
	}
	return slices.ContainsFunc(s.Action, is)
}

func (s Statement) namesResource(resource string) bool {
	if resource == Some {
		return true
	}
	is := func(pattern string) bool { return matches(pattern, resource) }
	if len(s.NotResource) > 0 {
		return !slices.ContainsFunc(s.NotResource, is)
	}
	return slices.ContainsFunc(s.Resource, is)
}

func (s Statement) covers(a Access) bool {
	return s.namesAction(a.Action) && s.namesResource(a.Resource) && s.Condition.holds(a)
}

// Allows says whether policies of one role allow an access: one allows it, and none denies it.
func Allows(policies []*Policy, a Access) bool {
	allowed := false
	for _, p := range policies {
		for _, s := range p.Statement {
			if !s.covers(a) {
				continue
			}
			if s.Effect == "Deny" {
				return false
			}
			allowed = true
		}
	}
	return allowed
}
