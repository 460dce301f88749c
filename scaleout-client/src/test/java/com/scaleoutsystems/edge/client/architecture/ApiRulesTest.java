package com.scaleoutsystems.edge.client.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.scaleoutsystems.edge.client.network.ConnectToApiResult;
import com.scaleoutsystems.edge.client.record.InferenceContext;
import com.scaleoutsystems.edge.client.record.Outcome;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Keeps the public API such that it can grow without breaking a program that uses it. */
class ApiRulesTest {

    private static final JavaClasses CLIENT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("com.scaleoutsystems.edge.client");

    /** The public records, each with the reason why nothing will be added to it. A record cannot get a component without breaking its callers. */
    private static final Map<Class<?>, String> VALUE_RECORDS = Map.of(
            Outcome.class, "the four ends of a record; each carries only what tells it from the others",
            ConnectToApiResult.class,
                    "the answers of the reference client; what may grow lies in GrpcConnectionOptions",
            InferenceContext.class, "two ids that the protocol has");

    @Test
    void publicRecordsAreOnlyThoseThatNeverGrow() {
        rule().check(CLIENT);
    }

    @Test
    void plantedRecordOfSettingsIsFound() {
        JavaClasses planted = new ClassFileImporter().importClasses(PlantedSettings.class);

        assertThat(rule().evaluate(planted).getFailureReport().getDetails())
                .singleElement()
                .asString()
                .contains("PlantedSettings is a public record");
    }

    /** Breaks the rule. */
    public record PlantedSettings(int limit, Optional<String> name) {}

    private static ArchRule rule() {
        return classes()
                .that()
                .arePublic()
                .and(resideOutsideOfPackages("..internal.."))
                .should(beNoRecordThatMayGrow());
    }

    private static ArchCondition<JavaClass> beNoRecordThatMayGrow() {
        return new ArchCondition<>("be no record, unless it is listed as one that never grows") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (type.isRecord() && VALUE_RECORDS.keySet().stream().noneMatch(listed -> covers(listed, type))) {
                    events.add(SimpleConditionEvent.violated(
                            type,
                            type.getName() + " is a public record; make it a final class with a factory and"
                                    + " with… methods, so that it can grow"));
                }
            }
        };
    }

    private static boolean covers(Class<?> listed, JavaClass type) {
        return type.isEquivalentTo(listed)
                || type.getEnclosingClass()
                        .filter(outer -> outer.isEquivalentTo(listed))
                        .isPresent();
    }
}
