package dev.penstock.local.assembly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntrinsicsTest {
    private static final Map<String, Object> TEMPLATE = Map.of(
            "Mappings", Map.of("Sizes", Map.of("small", Map.of("memory", "128"))),
            "Conditions",
                    Map.of(
                            "IsLocal", Map.of("Fn::Equals", List.of(Map.of("Ref", "Stage"), "local")),
                            "IsRemote", Map.of("Fn::Not", List.of(Map.of("Condition", "IsLocal"))),
                            "Both",
                                    Map.of(
                                            "Fn::And",
                                            List.of(Map.of("Condition", "IsLocal"), Map.of("Condition", "IsRemote"))),
                            "Either",
                                    Map.of(
                                            "Fn::Or",
                                            List.of(Map.of("Condition", "IsLocal"), Map.of("Condition", "IsRemote")))));

    private final Intrinsics intrinsics = new Intrinsics(Template.of(TEMPLATE), new Intrinsics.Scope() {
        @Override
        public Object ref(String name) {
            return switch (name) {
                case "Stage" -> "local";
                case "AWS::Region" -> "eu-central-1";
                case "AWS::NoValue" -> null;
                default -> "physical-" + name;
            };
        }

        @Override
        public String attribute(String id, String attribute) {
            return id + "#" + attribute;
        }

        @Override
        public String importValue(String name) {
            return "imported-" + name;
        }

        @Override
        public String stackOutput(String stack, String output) {
            return stack + "/" + output;
        }
    });

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'Ref':'Table'} | physical-Table",
                "{'Fn::GetAtt':['Table','StreamArn']} | Table#StreamArn",
                "{'Fn::GetAtt':'Table.Stream.Arn'} | Table#Stream.Arn",
                "{'Fn::Sub':'a-${Table}-${Table.Arn}-${!Literal}-${AWS::Region}'} | a-physical-Table-Table#Arn-${Literal}-eu-central-1",
                "{'Fn::Join':[':',['arn',{'Ref':'AWS::Region'},'x']]} | arn:eu-central-1:x",
                "{'Fn::Select':[1,{'Fn::Split':['/','a/b/c']}]} | b",
                "{'Fn::Select':['0',['first']]} | first",
                "{'Fn::If':['IsLocal','yes','no']} | yes",
                "{'Fn::If':['Both','yes','no']} | no",
                "{'Fn::If':['Either','yes','no']} | yes",
                "{'Fn::FindInMap':['Sizes','small','memory']} | 128",
                "{'Fn::ImportValue':{'Fn::Join':['',['a','b']]}} | imported-ab",
                "{'Fn::GetStackOutput':{'StackName':'Tables','OutputName':'Arn'}} | Tables/Arn",
                "{'Fn::Base64':'hello'} | aGVsbG8="
            })
    void resolvesEveryFunction(String json, String expected) throws Exception {
        assertEquals(expected, resolve(json));
    }

    @Test
    void substitutesItsOwnVariablesFirst() throws Exception {
        assertEquals("own-$1-physical-Other", resolve("{'Fn::Sub':['${x}-$1-${Other}',{'x':'own'}]}"));
    }

    @Test
    void removesWhatIsNoValue() throws Exception {
        assertEquals(
                Map.of("list", List.of("a")),
                resolve("{'gone':{'Ref':'AWS::NoValue'},'list':['a',{'Ref':'AWS::NoValue'}]}"));
    }

    @Test
    void refusesAnUnknownFunctionByName() {
        var error = assertThrows(AssemblyException.class, () -> resolve("{'Fn::Cidr':['10.0.0.0/16',2]}"));
        assertTrue(error.getMessage().contains("Fn::Cidr"), error.getMessage());
    }

    private Object resolve(String json) throws Exception {
        return intrinsics.resolve(new ObjectMapper().readValue(json.replace('\'', '"'), Object.class));
    }
}
