package eventbridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Match says whether an event matches a rule's pattern
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html): exact values, prefix, suffix,
// equals-ignore-case, anything-but, exists, numeric and $or. Anything else in a pattern is an error: a pattern that is not
// understood is not one that does not match.
func Match(pattern, event []byte) (bool, error) {
	var p, e map[string]any
	if err := json.Unmarshal(pattern, &p); err != nil {
		return false, fmt.Errorf("event pattern: %w", err)
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return false, fmt.Errorf("event: %w", err)
	}
	return matchObject(p, e)
}

// matchObject looks at every member, so that what is not understood is found wherever it is.
func matchObject(pattern, event map[string]any) (bool, error) {
	all := true
	for name, want := range pattern {
		var matched bool
		var err error
		value, there := event[name]
		switch want := want.(type) {
		case map[string]any:
			inner, _ := value.(map[string]any)
			matched, err = matchObject(want, inner)
		case []any:
			if name == "$or" {
				matched, err = matchAny(want, event)
			} else {
				matched, err = matchValues(want, value, there)
			}
		default:
			err = fmt.Errorf("event pattern: %s is neither an object nor a list", name)
		}
		if err != nil {
			return false, err
		}
		all = all && matched
	}
	return all, nil
}

func matchAny(patterns []any, event map[string]any) (bool, error) {
	one := false
	for _, each := range patterns {
		pattern, ok := each.(map[string]any)
		if !ok {
			return false, errors.New("event pattern: $or has something that is no pattern")
		}
		matched, err := matchObject(pattern, event)
		if err != nil {
			return false, err
		}
		one = one || matched
	}
	return one, nil
}

// matchValues says whether a value, or one of a list of them, is among those that are wanted.
func matchValues(wanted []any, value any, there bool) (bool, error) {
	values, ok := value.([]any)
	if !ok {
		values = []any{value}
	}
	one := false
	for _, want := range wanted {
		filter, ok := want.(map[string]any)
		if !ok {
			for _, v := range values {
				one = one || there && reflect.DeepEqual(v, want)
			}
			continue
		}
		if exists, ok := filter["exists"].(bool); ok && len(filter) == 1 {
			one = one || exists == there
			continue
		}
		for _, v := range values {
			matched, err := matchFilter(filter, v)
			if err != nil {
				return false, err
			}
			one = one || there && matched
		}
	}
	return one, nil
}

func matchFilter(filter map[string]any, v any) (bool, error) {
	if len(filter) != 1 {
		return false, fmt.Errorf("event pattern: a filter %v", filter)
	}
	text, isText := v.(string)
	for name, want := range filter {
		wanted, ok := want.(string)
		switch {
		case name == "prefix" && ok:
			return isText && strings.HasPrefix(text, wanted), nil
		case name == "suffix" && ok:
			return isText && strings.HasSuffix(text, wanted), nil
		case name == "equals-ignore-case" && ok:
			return isText && strings.EqualFold(text, wanted), nil
		case name == "anything-but":
			return matchOther(want, v)
		case name == "numeric":
			return matchNumber(want, v)
		}
	}
	return false, fmt.Errorf("event pattern: the filter %v is not known here", filter)
}

func matchOther(want, v any) (bool, error) {
	switch want := want.(type) {
	case map[string]any:
		matched, err := matchFilter(want, v)
		return !matched, err
	case []any:
		for _, each := range want {
			if _, nested := each.(map[string]any); nested {
				return false, errors.New("event pattern: anything-but of several filters is not known here")
			}
			if reflect.DeepEqual(each, v) {
				return false, nil
			}
		}
		return true, nil
	default:
		return !reflect.DeepEqual(want, v), nil
	}
}

func matchNumber(want, v any) (bool, error) {
	conditions, ok := want.([]any)
	if !ok || len(conditions) == 0 || len(conditions)%2 != 0 {
		return false, fmt.Errorf("event pattern: numeric %v", want)
	}
	n, isNumber := v.(float64)
	all := true
	for i := 0; i < len(conditions); i += 2 {
		operator, _ := conditions[i].(string)
		limit, ok := conditions[i+1].(float64)
		compare := map[string]bool{"<": n < limit, "<=": n <= limit, "=": n == limit, ">=": n >= limit, ">": n > limit}
		is, known := compare[operator]
		if !ok || !known {
			return false, fmt.Errorf("event pattern: numeric %v", want)
		}
		all = all && is
	}
	return isNumber && all, nil
}
