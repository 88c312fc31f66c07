package privilege

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// tableCall has the parameters of DynamoDB's calls that name tables.
type tableCall struct {
	TableName, IndexName string
	RequestItems         map[string]any
	Statement            string
	Statements           []struct{ Statement string }
	TransactStatements   []struct{ Statement string }
	TransactItems        []map[string]struct{ TableName string }
}

// tableAccess says what a call to DynamoDB needs: a transaction or a batch of statements what its parts do.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
func (c call) tableAccess() []Access {
	var in tableCall
	if err := json.Unmarshal(c.body, &in); err != nil {
		return unknown("dynamodb", err.Error())
	}
	operation := c.operation()
	needed := map[Access]bool{}
	add := func(action, table string) {
		needed[Access{Action: "dynamodb:" + action, Resource: c.table(table)}] = true
	}
	for table := range in.RequestItems {
		add(operation, table)
	}
	for _, item := range in.TransactItems {
		for kind, what := range item { // Put, Update, Delete, Get, ConditionCheck
			add(kind+"Item", what.TableName)
		}
	}
	statements := slices.Concat(in.Statements, in.TransactStatements)
	if in.Statement != "" {
		statements = append(statements, struct{ Statement string }{in.Statement})
	}
	for _, s := range statements {
		action, table, ok := statement(s.Statement)
		if !ok {
			return unknown("dynamodb", operation+" "+s.Statement)
		}
		add(action, table)
	}
	switch {
	case in.TableName != "" && in.IndexName != "":
		add(operation, in.TableName+"/index/"+in.IndexName)
	case in.TableName != "":
		add(operation, in.TableName)
	case len(needed) == 0:
		return unknown("dynamodb", operation)
	}
	return sorted(needed)
}

func (c call) table(name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return c.arn("dynamodb", "table/"+name)
}

// partiQL is a statement's verb and its table, which may be quoted.
var partiQL = regexp.MustCompile(`(?is)^\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM|SELECT\b.*?\bFROM|EXISTS\s*\(\s*SELECT\b.*?\bFROM)\s+("[^"]+"(?:\."[^"]+")?|[\w.-]+)`)

// statement is the action that a PartiQL statement needs, and the table, or the index of it, that it is about.
func statement(text string) (action, table string, ok bool) {
	parts := partiQL.FindStringSubmatch(text)
	if parts == nil {
		return "", "", false
	}
	table, index, indexed := strings.Cut(strings.ReplaceAll(parts[2], `"."`, `"/index/"`), "/index/")
	table = strings.Trim(table, `"`)
	if indexed {
		table += "/index/" + strings.Trim(index, `"`)
	}
	switch verb := strings.ToUpper(strings.Fields(parts[1])[0]); verb {
	case "INSERT":
		action = "PartiQLInsert"
	case "UPDATE":
		action = "PartiQLUpdate"
	case "DELETE":
		action = "PartiQLDelete"
	default:
		action = "PartiQLSelect"
	}
	return action, table, true
}
