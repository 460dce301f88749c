package com.scaleoutsystems.edge.testing.architecture;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The public API of some classes as a text: a block for each type that programs can name, with all that they can call, extend or catch.
 * Whatever a change may break is in it: generics, exceptions, values of constants, components of records, what a sealed type permits,
 * what may be null, and annotations. The same text comes out of every JDK.
 */
final class ApiText {

    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

    private ApiText() {}

    /** The text of these classes; those that programs cannot name are left out. */
    static String of(Collection<Class<?>> types) {
        return types.stream()
                .filter(ApiText::isVisible)
                .sorted(Comparator.comparing(Class::getName))
                .map(ApiText::block)
                .collect(Collectors.joining("\n"));
    }

    private static boolean isVisible(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        return !type.isSynthetic()
                && !type.isAnonymousClass()
                && !type.isLocalClass()
                && isVisible(type.getModifiers())
                && (outer == null || isVisible(outer));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static String block(Class<?> type) {
        StringBuilder text = new StringBuilder(header(type)).append('\n');
        constants(type).forEach(line -> text.append("    ").append(line).append('\n'));
        Stream.of(fields(type), constructors(type), methods(type))
                .flatMap(lines -> lines)
                .forEach(line -> text.append("    ").append(line).append('\n'));
        return text.toString();
    }

    // Types.

    private static String header(Class<?> type) {
        StringBuilder text = new StringBuilder(annotations(type));
        text.append(modifiers(type)).append(kind(type)).append(' ').append(type.getName());
        text.append(parameters(type.getTypeParameters()));
        if (type.isRecord()) {
            text.append(Stream.of(type.getRecordComponents())
                    .map(ApiText::component)
                    .collect(Collectors.joining(", ", "(", ")")));
        }
        AnnotatedType parent = type.getAnnotatedSuperclass();
        if (parent != null && kind(type).equals("class") && parent.getType() != Object.class) {
            text.append(" extends ").append(text(parent));
        }
        text.append(listed(type.isInterface() ? " extends " : " implements ", type.getAnnotatedInterfaces()));
        if (type.isSealed()) {
            text.append(Stream.of(type.getPermittedSubclasses())
                    .map(Class::getName)
                    .sorted()
                    .collect(Collectors.joining(", ", " permits ", "")));
        }
        return text.toString();
    }

    private static String modifiers(Class<?> type) {
        int modifiers = type.getModifiers();
        StringBuilder text = new StringBuilder(Modifier.isProtected(modifiers) ? "protected " : "public ");
        if (type.isMemberClass() && kind(type).equals("class") && Modifier.isStatic(modifiers)) {
            text.append("static ");
        }
        if (kind(type).equals("class")) {
            text.append(Modifier.isFinal(modifiers) ? "final " : "")
                    .append(Modifier.isAbstract(modifiers) ? "abstract " : "");
        }
        return text.append(type.isSealed() ? "sealed " : "").toString();
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "@interface";
        }
        if (type.isEnum()) {
            return "enum";
        }
        if (type.isRecord()) {
            return "record";
        }
        return type.isInterface() ? "interface" : "class";
    }

    private static String component(RecordComponent component) {
        return text(component.getAnnotatedType()) + " " + component.getName();
    }

    /** The constants of an enum in their order, which comparisons depend on. */
    private static Stream<String> constants(Class<?> type) {
        return type.isEnum()
                ? Stream.of(type.getEnumConstants()).map(constant -> "constant " + ((Enum<?>) constant).name())
                : Stream.empty();
    }

    // Members.

    private static Stream<String> fields(Class<?> type) {
        return members(type, Class::getDeclaredFields)
                .filter(field -> !field.isEnumConstant())
                .map(ApiText::field)
                .sorted();
    }

    private static String field(Field field) {
        String modifiers = access(field)
                + (Modifier.isStatic(field.getModifiers()) ? "static " : "")
                + (Modifier.isFinal(field.getModifiers()) ? "final " : "");
        return annotations(field) + modifiers + text(field.getAnnotatedType()) + " " + field.getName() + value(field);
    }

    /** The value of a constant: the compiler writes it into the programs that use it. */
    private static String value(Field field) {
        boolean constant = Modifier.isStatic(field.getModifiers())
                && Modifier.isFinal(field.getModifiers())
                && (field.getType().isPrimitive() || field.getType() == String.class);
        if (!constant || !Modifier.isPublic(field.getDeclaringClass().getModifiers())) {
            return "";
        }
        try {
            return " = " + field.get(null);
        } catch (IllegalAccessException e) {
            return "";
        }
    }

    private static Stream<String> constructors(Class<?> type) {
        return Stream.of(type.getDeclaredConstructors())
                .filter(constructor -> isVisible(constructor.getModifiers()) && !constructor.isSynthetic())
                .filter(constructor -> !isCanonical(type, constructor))
                .map(constructor -> annotations(constructor)
                        + access(constructor)
                        + prefixed(constructor.getTypeParameters())
                        + type.getSimpleName()
                        + arguments(constructor)
                        + thrown(constructor))
                .sorted();
    }

    /** The constructor that every record has, which its components describe. */
    private static boolean isCanonical(Class<?> type, Constructor<?> constructor) {
        return type.isRecord()
                && List.of(constructor.getParameterTypes())
                        .equals(Stream.of(type.getRecordComponents())
                                .map(RecordComponent::getType)
                                .toList());
    }

    private static Stream<String> methods(Class<?> type) {
        return members(type, Class::getDeclaredMethods)
                .filter(method -> !method.isBridge())
                .filter(method -> !OF_EVERY_OBJECT.contains(method.getName()))
                .filter(method -> !isImplied(type, method))
                .sorted(Comparator.comparing(Method::getName).thenComparing(method -> method(type, method)))
                .map(method -> method(type, method));
    }

    /** What every enum and every record has. */
    private static boolean isImplied(Class<?> type, Method method) {
        if (type.isEnum()) {
            return method.getName().equals("values") || method.getName().equals("valueOf");
        }
        return type.isRecord()
                && Stream.of(type.getRecordComponents())
                        .map(RecordComponent::getAccessor)
                        .anyMatch(method::equals);
    }

    private static String method(Class<?> type, Method method) {
        int modifiers = method.getModifiers();
        StringBuilder text = new StringBuilder(annotations(method)).append(access(method));
        if (Modifier.isStatic(modifiers)) {
            text.append("static ");
        } else if (method.isDefault()) {
            text.append("default ");
        } else if (Modifier.isAbstract(modifiers)) {
            text.append("abstract ");
        } else if (Modifier.isFinal(modifiers) && !Modifier.isFinal(type.getModifiers())) {
            text.append("final ");
        }
        text.append(prefixed(method.getTypeParameters()))
                .append(text(method.getAnnotatedReturnType()))
                .append(' ')
                .append(method.getName())
                .append(arguments(method))
                .append(thrown(method));
        if (method.getDefaultValue() != null) {
            text.append(" default ").append(method.getDefaultValue());
        }
        return text.toString();
    }

    /** Those that a type declares, and those that it takes from types which programs cannot name. */
    private static <M extends Member> Stream<M> members(
            Class<?> type, java.util.function.Function<Class<?>, M[]> declared) {
        List<Class<?>> sources = new ArrayList<>(List.of(type));
        for (int i = 0; i < sources.size(); i++) {
            Class<?> source = sources.get(i);
            Stream.concat(Stream.ofNullable(source.getSuperclass()), Stream.of(source.getInterfaces()))
                    .filter(Predicate.not(ApiText::isVisible))
                    .forEach(sources::add);
        }
        return sources.stream()
                .flatMap(source -> Stream.of(declared.apply(source)))
                .filter(member -> isVisible(member.getModifiers()) && !member.isSynthetic());
    }

    private static String access(Member member) {
        return Modifier.isPublic(member.getModifiers()) ? "public " : "protected ";
    }

    private static String arguments(Executable executable) {
        AnnotatedType[] types = executable.getAnnotatedParameterTypes();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            String type = text(types[i]);
            boolean open = executable.isVarArgs() && i == types.length - 1;
            texts.add(open ? type.substring(0, type.length() - 2) + "..." : type);
        }
        return texts.stream().collect(Collectors.joining(", ", "(", ")"));
    }

    private static String thrown(Executable executable) {
        return listed(" throws ", executable.getAnnotatedExceptionTypes());
    }

    // What stands in signatures.

    private static String listed(String word, AnnotatedType[] types) {
        return types.length == 0
                ? ""
                : Stream.of(types).map(ApiText::text).sorted().collect(Collectors.joining(", ", word, ""));
    }

    private static String prefixed(TypeVariable<?>[] variables) {
        return variables.length == 0 ? "" : parameters(variables) + " ";
    }

    private static String parameters(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Stream.of(variables).map(ApiText::parameter).collect(Collectors.joining(", ", "<", ">"));
    }

    private static String parameter(TypeVariable<?> variable) {
        String bounds = Stream.of(variable.getAnnotatedBounds())
                .map(ApiText::text)
                .filter(bound -> !bound.equals("Object"))
                .collect(Collectors.joining(" & "));
        return variable.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
    }

    private static String text(AnnotatedType type) {
        if (type instanceof AnnotatedArrayType array) {
            return text(array.getAnnotatedGenericComponentType()) + annotations(array) + "[]";
        }
        if (type instanceof AnnotatedWildcardType wildcard) {
            AnnotatedType[] lower = wildcard.getAnnotatedLowerBounds();
            String upper = text(wildcard.getAnnotatedUpperBounds()[0]);
            if (lower.length > 0) {
                return "? super " + text(lower[0]);
            }
            return upper.equals("Object") ? "?" : "? extends " + upper;
        }
        if (type instanceof AnnotatedParameterizedType generic) {
            Class<?> raw = (Class<?>) ((ParameterizedType) generic.getType()).getRawType();
            return annotations(generic)
                    + name(raw)
                    + Stream.of(generic.getAnnotatedActualTypeArguments())
                            .map(ApiText::text)
                            .collect(Collectors.joining(", ", "<", ">"));
        }
        return annotations(type)
                + (type.getType() instanceof Class<?> plain
                        ? name(plain)
                        : type.getType().getTypeName());
    }

    private static String name(Class<?> type) {
        return type.getName().replaceFirst("^java\\.lang\\.(?=[A-Z])", "");
    }

    /** The annotations that programs can see, each followed by a blank. */
    private static String annotations(AnnotatedElement element) {
        return Stream.of(element.getDeclaredAnnotations())
                .map(Annotation::annotationType)
                .map(annotation -> "@" + annotation.getSimpleName() + " ")
                .sorted()
                .collect(Collectors.joining());
    }
}
