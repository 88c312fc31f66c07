package awstest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
)

// table is DynamoDB's items, by their key id: all tables are one, and attributes are as they come in JSON.
type table map[string]item

type item = map[string]json.RawMessage

// call is what the ledger asks for, of all its operations at once.
type call struct {
	Key, Item                 item
	ConditionExpression       string
	UpdateExpression          string
	ExpressionAttributeNames  map[string]string
	ExpressionAttributeValues item
	Statements                []statement
	RequestItems              map[string][]struct{ PutRequest struct{ Item item } }
}

type statement struct {
	Statement  string
	Parameters []json.RawMessage
}

// call carries an operation out, and returns the answer's status and body.
func (t table) call(operation string, body []byte) (int, []byte) {
	var c call
	if err := json.Unmarshal(body, &c); err != nil {
		return refuse("SerializationException", err.Error())
	}
	id := string(c.Key["id"])
	if c.Item != nil {
		id = string(c.Item["id"])
	}
	there := t[id]
	if !c.holds(there) {
		return answer(http.StatusBadRequest, map[string]any{
			"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "Item": there,
		})
	}
	switch operation {
	case "GetItem":
		return answer(http.StatusOK, map[string]any{"Item": there})
	case "PutItem":
		t[id] = c.Item
	case "DeleteItem":
		delete(t, id)
	case "UpdateItem":
		t[id] = c.update(there)
		return answer(http.StatusOK, map[string]any{"Attributes": there})
	case "BatchWriteItem":
		for _, requests := range c.RequestItems {
			for _, r := range requests {
				t[string(r.PutRequest.Item["id"])] = r.PutRequest.Item
			}
		}
	case "BatchExecuteStatement":
		return t.execute(c.Statements)
	default:
		return refuse("UnknownOperationException", operation)
	}
	return answer(http.StatusOK, struct{}{})
}

// execute inserts items, those whose key has none.
func (t table) execute(statements []statement) (int, []byte) {
	responses := make([]map[string]any, len(statements))
	for i, s := range statements {
		made, err := s.item()
		if err != nil {
			return refuse("ValidationException", err.Error())
		}
		id := string(made["id"])
		if t[id] != nil {
			responses[i] = map[string]any{"Error": map[string]string{
				"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table",
			}}
			continue
		}
		t[id] = made
		responses[i] = map[string]any{"TableName": "ledger"}
	}
	return answer(http.StatusOK, map[string]any{"Responses": responses})
}

// item reads INSERT INTO "table" VALUE {'name': ?, …}.
func (s statement) item() (item, error) {
	_, list, ok := strings.Cut(s.Statement, " VALUE {")
	names := strings.Split(strings.TrimSuffix(list, "}"), ",")
	if !ok || len(names) != len(s.Parameters) {
		return nil, fmt.Errorf("statement %s with %d parameters", s.Statement, len(s.Parameters))
	}
	made := item{}
	for i, n := range names {
		name, _, _ := strings.Cut(strings.TrimSpace(n), ":")
		made[strings.Trim(name, "'")] = s.Parameters[i]
	}
	return made, nil
}

// holds decides a condition: comparisons for equality, and whether there is a key, joined by AND.
func (c *call) holds(there item) bool {
	if c.ConditionExpression == "" {
		return true
	}
	for term := range strings.SplitSeq(c.ConditionExpression, " AND ") {
		switch left, right, equal := strings.Cut(term, " = "); {
		case term == "attribute_not_exists(id)" && there == nil, term == "attribute_exists(id)" && there != nil:
		case equal && there != nil && string(there[c.name(left)]) == string(c.ExpressionAttributeValues[right]):
		default:
			return false
		}
	}
	return true
}

// update sets one attribute.
func (c *call) update(there item) item {
	left, right, _ := strings.Cut(strings.TrimPrefix(c.UpdateExpression, "SET "), " = ")
	next := maps.Clone(there)
	if next == nil {
		next = maps.Clone(c.Key)
	}
	next[c.name(left)] = c.ExpressionAttributeValues[right]
	return next
}

func (c *call) name(placeholder string) string {
	if name, ok := c.ExpressionAttributeNames[placeholder]; ok {
		return name
	}
	return placeholder
}

func refuse(kind, message string) (int, []byte) {
	return answer(http.StatusBadRequest, map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#" + kind, "message": message})
}

func answer(status int, v any) (int, []byte) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // it came out of JSON
	}
	return status, body
}
