package eventbridge

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Input is what of an event a target gets: a constant, a part, what a template makes of parts, or all of it.
type Input struct {
	Constant, Path, Template *string
	// Paths are the template's names.
	Paths map[string]string
}

// Of makes a target's input of an event
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html).
func (i Input) Of(event []byte, rule string) ([]byte, error) {
	switch {
	case i.Constant != nil:
		return []byte(*i.Constant), nil
	case i.Path != nil:
		value, there, err := find(event, *i.Path)
		if err != nil || !there {
			return []byte("{}"), err
		}
		return encode(value), nil
	case i.Template != nil:
		return i.fill(event, rule)
	default:
		return event, nil
	}
}

var placeholder = regexp.MustCompile(`<([A-Za-z0-9_.-]+)>`)

// fill puts values in the place of their names: as JSON, or, within the quotes of a text, as a part of it.
func (i Input) fill(event []byte, rule string) ([]byte, error) {
	template := *i.Template
	var out strings.Builder
	quoted, at := false, 0
	for _, match := range placeholder.FindAllStringSubmatchIndex(template, -1) {
		before, name := template[at:match[0]], template[match[2]:match[3]]
		quoted = inQuotes(quoted, before)
		out.WriteString(before)
		at = match[1]
		value, there, err := i.named(name, event, rule)
		if err != nil {
			return nil, err
		}
		out.WriteString(written(value, there, quoted))
	}
	out.WriteString(template[at:])
	return []byte(out.String()), nil
}

func inQuotes(quoted bool, text string) bool {
	escaped := false
	for _, c := range text {
		if c == '"' && !escaped {
			quoted = !quoted
		}
		escaped = c == '\\' && !escaped
	}
	return quoted
}

// written is a value as it stands in a template. One that is not there is nothing within quotes, and an empty text without.
func written(value any, there, quoted bool) string {
	if !there {
		value = ""
	}
	text := string(encode(value))
	if !quoted {
		return text
	}
	if s, ok := value.(string); ok {
		inner := string(encode(s))
		return inner[1 : len(inner)-1]
	}
	inner := string(encode(text))
	return inner[1 : len(inner)-1]
}

func (i Input) named(name string, event []byte, rule string) (value any, there bool, err error) {
	switch name {
	case "aws.events.rule-name":
		return rule, true, nil
	case "aws.events.event", "aws.events.event.json":
		return find(event, "$")
	case "aws.events.event.ingestion-time":
		return find(event, "$.time")
	}
	path, ok := i.Paths[name]
	if !ok {
		return nil, false, fmt.Errorf("input template: <%s> is not known", name)
	}
	return find(event, path)
}

var step = regexp.MustCompile(`^(?:\.([A-Za-z0-9_-]+)|\[(\d+)\])`)

// find follows a path: $, $.a.b and $.a[0].
func find(event []byte, path string) (value any, there bool, err error) {
	if err := json.Unmarshal(event, &value); err != nil {
		return nil, false, fmt.Errorf("event: %w", err)
	}
	rest, ok := strings.CutPrefix(path, "$")
	if !ok {
		return nil, false, fmt.Errorf("input path %s does not begin with $", path)
	}
	there = true
	for rest != "" {
		parts := step.FindStringSubmatch(rest)
		if parts == nil {
			return nil, false, fmt.Errorf("input path %s is not known here", path)
		}
		rest = rest[len(parts[0]):]
		if parts[1] != "" {
			object, _ := value.(map[string]any)
			value, ok = object[parts[1]]
		} else {
			list, _ := value.([]any)
			n, convErr := strconv.Atoi(parts[2])
			if ok = convErr == nil && n < len(list); ok {
				value = list[n]
			}
		}
		there = there && ok
	}
	return value, there, nil
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // it came out of JSON
	}
	return text
}
